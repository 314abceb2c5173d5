/** Files that are dropped on the page, wherever: none may make the browser leave the page, and each is taken. */

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** `element` has the class `dropping` while a file is held over the page. */
export const takeDrops = (element: HTMLElement, take: (file: File) => void): void => {
  // Entering a part of the page comes before leaving the one around it.
  let depth = 0;
  const over = (by: number): void => {
    depth = by === 0 ? 0 : Math.max(0, depth + by);
    element.classList.toggle("dropping", depth > 0);
  };
  window.addEventListener("dragenter", (event) => { if (hasFiles(event)) { event.preventDefault(); over(1); } });
  window.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  window.addEventListener("dragleave", (event) => { if (hasFiles(event)) over(-1); });
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over(0);
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
};
