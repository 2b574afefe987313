import { openFiles } from '../state/files';

/** Opens a file picker; several files of one model are picked together. */
export function FileButton({ label, accept }: { readonly label: string; readonly accept: string }) {
  return (
    <span className="button file-button">
      {label}
      <input
        type="file"
        multiple
        accept={accept}
        aria-label={label}
        onChange={(event) => {
          void openFiles(event.target.files ?? []);
          event.target.value = '';
        }}
      />
    </span>
  );
}
