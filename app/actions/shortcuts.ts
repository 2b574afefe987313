import { useEffect } from 'react';
import { studio } from '../state/studio';
import { allActions, type Action } from './actions';
import { keyName } from './key-name';

/** Performs the first enabled action of a pressed key, unless the key belongs to a focused control. */
export function useShortcuts(): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (belongsToControl(event)) return;
      const action = actionFor(keyName(event));
      if (!action) return;
      event.preventDefault();
      void action.perform();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function actionFor(key: string): Action | undefined {
  return allActions.find((action) => action.keys.includes(key) && action.enabled(studio.getState()));
}

function belongsToControl({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === 'Escape') return false;
  if (target.matches('input[type=checkbox], input[type=radio]'))
    return key === ' ' || key.startsWith('Arrow');
  if (target.matches('input, textarea, select, [role=slider], [contenteditable]')) return true;
  return target.matches('button, a, summary, [role=button], [tabindex]') && (key === ' ' || key === 'Enter');
}
