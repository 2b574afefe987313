/**
 * One colour and one marker a task, everywhere. The hues are Okabe and Ito's colour-blind-safe set; the CSS
 * variables hold a light and a dark variant of each.
 */
export const markers = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye'] as const;
export type Marker = (typeof markers)[number];

export interface TaskStyle {
  readonly color: string;
  readonly marker: Marker;
}

export function taskStyle(tasks: readonly string[], task: string): TaskStyle {
  const index = Math.max(0, tasks.indexOf(task)) % markers.length;
  return { color: `var(--task-${index + 1})`, marker: markers[index] ?? 'circle' };
}
