/* The plain way: a struct a node, doubles compared at each, a branch to the child. One row at a time. */
#include "forest.h"

struct node {
  double threshold;
  int32_t feature, left, right, leaf;
};

struct state {
  struct forest *forest;
  struct node *nodes;
};

static void predict(void *opaque, const double *row, double *out) {
  struct state *s = opaque;
  struct forest *f = s->forest;
  for (int c = 0; c < f->n_outputs; c++) out[c] = f->base[c];
  for (int t = 0; t < f->n_trees; t++) {
    const struct node *tree = s->nodes + f->tree_start[t];
    const struct node *node = tree;
    while (node->left >= 0) node = tree + ((float)row[node->feature] <= node->threshold ? node->left : node->right);
    for (int i = f->pair_start[node->leaf]; i < f->pair_start[node->leaf + 1]; i++) {
      out[f->pair_output[i]] += f->pair_value[i];
    }
  }
  for (int c = 0; c < f->n_outputs; c++) out[c] /= f->divisor;
}

int main(int argc, char **argv) {
  check_arguments(argc, argv);
  struct forest f = read_forest(argv[1]);
  struct state s = { &f, malloc(sizeof(struct node) * f.n_nodes) };
  for (int i = 0; i < f.n_nodes; i++) {
    s.nodes[i] = (struct node){ f.threshold[i], f.feature[i], f.left[i], f.right[i], i };
  }
  return run(argc, argv, &f, predict, &s);
}
