import { beforeEach, expect, it } from 'vitest';
import { forgetEdits, noteEdit, unedited } from './edits';
import { defaultMethod } from './studio';

const settings = { method: defaultMethod, tasks: [], exclude: ['stem'] };

beforeEach(() => forgetEdits());

it('takes settings as they come', () => {
  expect(unedited(settings)).toEqual(settings);
});

it('keeps what the person changed meanwhile', () => {
  noteEdit('tasks');
  expect(unedited(settings)).toEqual({ method: defaultMethod, exclude: ['stem'] });
});

it('forgets changes that say nothing any more', () => {
  noteEdit('tasks');
  noteEdit('method');
  forgetEdits(['tasks']);
  expect(unedited(settings)).toEqual({ tasks: [], exclude: ['stem'] });
});
