/** How long, in ms, a process may outlive its tests before whatever they left open is called a failure. */
const exitGrace = 10_000;

/** Fails this process if something still keeps it up when the grace is over; does not keep it up itself. */
export const setExitGrace = (): void => {
  setTimeout(() => {
    const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
    console.error(`The tests are over, but something they left open keeps the process up: ${open}`);
    process.exit(1);
  }, exitGrace).unref();
};
