import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holds } from '#worker/proxmox/rights';

test('0 is a right on its own path and on nothing below', () => {
  assert.equal(holds({ '/vms/100': { 'VM.Audit': 0 } }, '/vms/100', 'VM.Audit'), true);
  assert.equal(holds({ '/vms': { 'VM.Audit': 0 } }, '/vms/100', 'VM.Audit'), false);
});

test('a propagating right reaches paths that are not listed', () => {
  assert.equal(holds({ '/': { 'Sys.Audit': 1 } }, '/nodes/pve1', 'Sys.Audit'), true);
});

test('a listed path replaces what it would have inherited', () => {
  assert.equal(
    holds({ '/': { 'Sys.Audit': 1 }, '/nodes': { 'Sys.Syslog': 1 } }, '/nodes/pve1', 'Sys.Audit'),
    false,
  );
});

test('an empty answer is no right at all', () => {
  assert.equal(holds({}, '/', 'Sys.Audit'), false);
});
