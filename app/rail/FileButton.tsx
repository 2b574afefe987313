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
          const files = [...(event.target.files ?? [])];
          void openFiles(files.map((file) => ({ name: file.name, blob: file })));
          event.target.value = '';
        }}
      />
    </span>
  );
}
