import { demos, type Demo } from './demos';
import { openDemo } from './files';
import { readLink, withLinked, writeLink } from './link';
import { changeMode, checkSetup } from './setup';
import { studio, type StudioState } from './studio';
import { say } from './ui';

/** Puts a link to these settings on the clipboard, or where that is not allowed into the address bar. */
export async function copyLink(): Promise<void> {
  const state = studio.getState();
  const demo = demoShown(state);
  const url = new URL(`#${writeLink(state.method, demo)}`, location.href).href;
  const what = demo ? 'Link to this demo and its settings' : 'Link to the settings (your model stays here)';
  try {
    await navigator.clipboard.writeText(url);
    say(`${what}: copied`);
  } catch {
    history.replaceState(null, '', url);
    say(`${what}: now in the address bar`);
  }
}

/** The demo that the address the page was opened with asks for. */
export const linkedDemo = (): Demo | undefined =>
  demos.find(({ id }) => id === readLink(location.hash)?.demo);

/** Applies the settings of the address the page was opened with, and its demo; then frees the address of them. */
export async function takeLink(): Promise<void> {
  const linked = readLink(location.hash);
  if (!linked) return;
  const demo = linkedDemo();
  history.replaceState(null, '', location.pathname + location.search);
  if (demo && demoShown(studio.getState()) !== demo.id) await openDemo(demo);
  studio.setState(({ method }) => ({ method: withLinked(method, linked.method) }));
  changeMode(studio.getState().method.mode);
  checkSetup();
}

function demoShown({ model, calibration }: StudioState): string | null {
  const shown = [model?.file, calibration?.file];
  const demo = demos.find(({ files }) =>
    shown.every((file) => file && files.some((path) => path.endsWith(file))),
  );
  return demo?.id ?? null;
}
