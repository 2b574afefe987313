const shapes = {
  run: 'M4 2.5v11l9-5.5z',
  pause: 'M4 2.5h3v11H4zM9 2.5h3v11H9z',
  step: 'M3 2.5v11l7-5.5zM11 2.5h2v11h-2z',
  stop: 'M3.5 3.5h9v9h-9z',
  reset: 'M8 2.5a5.5 5.5 0 1 1-5.3 4h1.6A4 4 0 1 0 8 4v2.2L4.4 3.2 8 .3z',
  download: 'M7.2 1.5h1.6v7l2.6-2.6 1.1 1.1L8 11.5 3.5 7l1.1-1.1 2.6 2.6zM2.5 13h11v1.6h-11z',
  link: 'M6.7 9.3a3.2 3.2 0 0 0 4.6 0l2.4-2.4a3.25 3.25 0 0 0-4.6-4.6L7.9 3.5l1 1 1.2-1.2a1.83 1.83 0 0 1 2.6 2.6l-2.4 2.4a1.83 1.83 0 0 1-2.6 0zM9.3 6.7a3.2 3.2 0 0 0-4.6 0L2.3 9.1a3.25 3.25 0 0 0 4.6 4.6l1.2-1.2-1-1-1.2 1.2a1.83 1.83 0 0 1-2.6-2.6l2.4-2.4a1.83 1.83 0 0 1 2.6 0z',
  help: 'M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2zm.9 10.6H7.1V10h1.8zm0-2.9H7.1c0-2.3 2-2.2 2-3.5 0-.6-.4-1-1.1-1-.8 0-1.2.5-1.3 1.3H4.9C5 3.9 6.2 2.8 8 2.8s2.9 1 2.9 2.5C10.9 7.3 8.9 7.3 8.9 8.9z',
  system: 'M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13v-1.4a5.1 5.1 0 0 0 0-10.2z',
  light:
    'M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM7.3 1h1.4v2.2H7.3zM7.3 12.8h1.4V15H7.3zM1 7.3h2.2v1.4H1zM12.8 7.3H15v1.4h-2.2zM2.6 3.5l1-1 1.6 1.6-1 1zM10.8 11.8l1-1 1.6 1.6-1 1zM3.6 13.4l-1-1 1.6-1.6 1 1zM11.8 5.1l-1-1 1.6-1.6 1 1z',
  dark: 'M9.6 1.6a6.5 6.5 0 1 0 4.8 8.7A5.6 5.6 0 0 1 9.6 1.6z',
} as const;

export type IconName = keyof typeof shapes;

/** Drawn, not typed: fonts lack some of the media symbols. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="14" height="14" fill="currentColor" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}
