/** The little of a syntax tree (unist) that bounding it needs. */
interface TreeNode {
  type: string;
  value?: string;
  children?: TreeNode[];
}

/** Deeper than any honest answer; far below where layout engines give up. */
const MAX_DEPTH = 24;

/** Rehype plugin: HTML becomes plain text, and so does what is nested beyond reason. Does not recurse itself. */
export function tameTree() {
  return (root: TreeNode): void => {
    const open: { node: TreeNode; depth: number }[] = [{ node: root, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, depth } = next;
      // HTML in the text is text: it is shown, never parsed.
      if (node.type === 'raw') node.type = 'text';
      if (node.children === undefined) continue;
      if (depth >= MAX_DEPTH) {
        node.children = [{ type: 'text', value: textOf(node) }];
        continue;
      }
      for (const child of node.children) open.push({ node: child, depth: depth + 1 });
    }
  };
}

function textOf(root: TreeNode): string {
  const open = [root];
  let text = '';
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    text += node.value ?? '';
    open.push(...(node.children ?? []).toReversed());
  }
  return text;
}
