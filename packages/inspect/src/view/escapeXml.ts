/** Text that stands in SVG or HTML, also inside of an attribute. */
export function escapeXml(words: string): string {
  return words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
