import { Zone } from '../calendar/zone.ts';
import type { Rules } from './schema.ts';

/** The zone whose clocks times are read by that people type: that of the file, or UTC where it names none. */
export const zoneOf = ({ zone }: Rules): Zone => zone ?? Zone.parse('UTC');
