import { openFiles } from '../state/files';

/** Opens a folder picker, for who cannot drag; all that is in the folder comes along. */
export function FolderButton({ label }: { readonly label: string }) {
  return (
    <span className="button file-button">
      {label}
      <input
        type="file"
        aria-label={label}
        ref={(input) => {
          // React knows no such attribute.
          if (input) input.webkitdirectory = true;
        }}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          void openFiles(files.map((file) => ({ name: file.webkitRelativePath || file.name, blob: file })));
          target.value = '';
        }}
      />
    </span>
  );
}
