/** The little of a syntax tree (unist) that bounding it needs. */
interface TreeNode {
  type: string;
  value?: string;
  children?: TreeNode[];
}

/** Deeper than any honest answer; far below where layout engines give up. */
const MAX_DEPTH = 24;

/** Rehype plugin: cuts what is nested beyond reason down to its text, without recursing itself. */
export function boundDepth() {
  return (root: TreeNode): void => {
    const open: { node: TreeNode; depth: number }[] = [{ node: root, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, depth } = next;
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
