import { useState, type DragEvent, type ReactNode } from 'react';
import { openFiles } from '../state/files';
import './DropZone.css';
import { droppedFiles } from './dropped-files';

/** The whole page takes dropped files and folders. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState(false);
  function onDragOver(event: DragEvent): void {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  }
  function onDragLeave(event: DragEvent): void {
    if (event.relatedTarget === null) setOver(false);
  }
  async function onDrop(event: DragEvent): Promise<void> {
    event.preventDefault();
    setOver(false);
    await openFiles(await droppedFiles(event.dataTransfer));
  }
  return (
    <div onDragOver={onDragOver} onDragLeave={onDragLeave} onDrop={(event) => void onDrop(event)}>
      {children}
      {over && <div className="drop-veil">Drop a model, a calibration set, or both</div>}
    </div>
  );
}
