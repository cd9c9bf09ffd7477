//! Which row each node stands in.

use super::super::sheet::Sheet;

/// The nodes of each connected part, ascending; parts in the order of their first node.
pub(super) fn parts(sheet: &Sheet<'_>) -> Vec<Vec<usize>> {
    let count = sheet.nodes.len();
    let mut root: Vec<usize> = (0..count).collect();
    for edge in &sheet.network.edges {
        let (a, b) = (find(&mut root, edge.from), find(&mut root, edge.to));
        root[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut part_of = vec![None; count];
    for node in 0..count {
        let first = find(&mut root, node);
        let part = *part_of[first].get_or_insert_with(|| {
            parts.push(Vec::new());
            parts.len() - 1
        });
        parts[part].push(node);
    }
    parts
}

/// The smallest node of the set that `node` is in, halving the way there.
fn find(root: &mut [usize], mut node: usize) -> usize {
    while root[node] != node {
        root[node] = root[root[node]];
        node = root[node];
    }
    node
}

/// The row of every node of the network; those not among `nodes` get none that means anything.
///
/// In bands, each band takes as many rows as the longest way within it needs, after the bands before it.
pub(super) fn ranks(sheet: &Sheet<'_>, nodes: &[usize]) -> Vec<usize> {
    let bands = &sheet.network.bands;
    let band_of = |node: usize| sheet.network.nodes[node].band.unwrap_or(0);
    let mut is_here = vec![false; sheet.nodes.len()];
    for &node in nodes {
        is_here[node] = true;
    }
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for edge in &sheet.network.edges {
        let within =
            is_here[edge.from] && (bands.is_empty() || band_of(edge.from) == band_of(edge.to));
        if within && edge.from != edge.to {
            ends.push((edge.from, edge.to));
        }
    }
    let steps = Steps::without_cycles(sheet.nodes.len(), nodes, &ends);
    let mut ranks = steps.ranks();
    let mut base = 0;
    for band in 0..bands.len() {
        let members = nodes.iter().filter(|node| band_of(**node) == band);
        let mut rows = 0;
        for &node in members {
            rows = rows.max(ranks[node] + 1);
            ranks[node] += base;
        }
        base += rows;
    }
    ranks
}

/// Which nodes must stand below which.
struct Steps {
    below: Vec<Vec<usize>>,
    above: Vec<Vec<usize>>,
    /// Every node after all that must stand above it.
    order: Vec<usize>,
}

impl Steps {
    /// Turns around each edge that closes a cycle, in a walk from the nodes that nothing leads to.
    fn without_cycles(count: usize, nodes: &[usize], ends: &[(usize, usize)]) -> Self {
        let mut out = vec![Vec::new(); count];
        let mut incoming = vec![0usize; count];
        for &(from, to) in ends {
            out[from].push(to);
            incoming[to] += 1;
        }
        let sources = nodes.iter().copied().filter(|node| incoming[*node] == 0);
        let starts: Vec<usize> = sources.chain(nodes.iter().copied()).collect();
        let mut steps =
            Self { below: vec![Vec::new(); count], above: vec![Vec::new(); count], order: vec![] };
        let (mut open, mut done) = (vec![false; count], vec![false; count]);
        for start in starts {
            if open[start] || done[start] {
                continue;
            }
            let mut stack = vec![(start, 0usize)];
            open[start] = true;
            while let Some((node, next)) = stack.last_mut() {
                let node = *node;
                let Some(&to) = out[node].get(*next) else {
                    (open[node], done[node]) = (false, true);
                    steps.order.push(node);
                    stack.pop();
                    continue;
                };
                *next += 1;
                let (upper, lower) = if open[to] { (to, node) } else { (node, to) };
                steps.below[upper].push(lower);
                steps.above[lower].push(upper);
                if !open[to] && !done[to] {
                    open[to] = true;
                    stack.push((to, 0));
                }
            }
        }
        steps.order.reverse();
        steps
    }

    /// The rows: as high as possible first, then moved within their slack to where edges are shortest.
    fn ranks(&self) -> Vec<usize> {
        let mut ranks = vec![0usize; self.below.len()];
        for &node in &self.order {
            let above = self.above[node].iter().map(|upper| ranks[*upper] + 1);
            ranks[node] = above.max().unwrap_or(0);
        }
        for _ in 0..8 {
            let mut moved = false;
            for &node in self.order.iter().rev() {
                let (above, below) = (&self.above[node], &self.below[node]);
                let lowest = below.iter().map(|lower| ranks[*lower] - 1).min();
                if let Some(lowest) = lowest.filter(|row| *row > ranks[node])
                    && below.len() > above.len()
                {
                    ranks[node] = lowest;
                    moved = true;
                }
            }
            for &node in &self.order {
                let (above, below) = (&self.above[node], &self.below[node]);
                let highest = above.iter().map(|upper| ranks[*upper] + 1).max();
                if let Some(highest) = highest.filter(|row| *row < ranks[node])
                    && above.len() > below.len()
                {
                    ranks[node] = highest;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        let top = self.order.iter().map(|node| ranks[*node]).min().unwrap_or(0);
        for &node in &self.order {
            ranks[node] -= top;
        }
        ranks
    }
}
