import type { ImageSet } from './image-set';
import { classList } from './class-list';
import type { Material } from './material';
import { baseName, byName, folderOf } from './paths';

/** The class is the folder: sorted by name and numbered from 0, as torchvision and Keras do. */
export function readClassFolders(file: string, material: Material): ImageSet | null {
  const classOf = ({ name }: { name: string }) => baseName(folderOf(name));
  const found = [...new Set(material.images.map(classOf))].sort(byName);
  if (found.length < 2) return null;
  const listed = classList(material);
  const names = listed && found.every((name) => listed.includes(name)) ? listed : found;
  const index = new Map(names.map((name, i) => [name, i]));
  return {
    file,
    samples: material.images.map((image) => ({ image, objects: null, maps: new Map() })),
    columns: [
      {
        name: 'class',
        dtype: 'int32',
        values: material.images.map((image) => index.get(classOf(image)) ?? 0),
      },
    ],
    classNames: new Map([['class', names]]),
    notes: [],
  };
}
