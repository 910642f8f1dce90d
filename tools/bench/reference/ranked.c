/* The algorithm of src/evaluator in C: rank-coded, without branches, several trees in step. One row at a time. */
#include "forest.h"

#ifndef LANES
#define LANES 12
#endif
#define THRESHOLDS_PER_BUCKET 4
#define MAX_DENSE 4

struct node {
  int32_t word, child;
};

struct state {
  struct forest *forest;
  double *thresholds, *minimum, *scale;
  int32_t *start, *buckets, *bucket_start;
  struct node *nodes;
  uint32_t mask;
  int slot_bits, n_roots;
  int32_t *lows, *highs, *codes, *reached;
  /* Distinct leaves: dense values [n x n_outputs] up to MAX_DENSE outputs, else sparse as in the file, without doubles. */
  double *leaf_values;
  int32_t *leaf_outputs, *leaf_start;
};

static int find_bucket(const struct state *s, int f, double x) {
  int last = s->bucket_start[f + 1] - s->bucket_start[f] - 2;
  double bucket = (x - s->minimum[f]) * s->scale[f];
  return s->bucket_start[f] + (int)(bucket > 0 ? bucket < last ? bucket : last : 0);
}

static int rank_between(const struct state *s, int f, double x, int low, int high) {
  while (low < high) {
    int middle = (low + high) / 2;
    if (s->thresholds[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low - s->start[f];
}

static int rank_of(const struct state *s, int f, double x) {
  int bucket = find_bucket(s, f, x);
  return rank_between(s, f, x, s->buckets[bucket], s->buckets[bucket + 1]);
}

static void predict(void *opaque, const double *row, double *out) {
  struct state *s = opaque;
  struct forest *f = s->forest;
  const struct node *restrict nodes = s->nodes;
  const int32_t *restrict codes = s->codes;
  uint32_t mask = s->mask;
  for (int i = 0; i < f->n_features; i++) {
    int bucket = find_bucket(s, i, (float)row[i]);
    s->lows[i] = s->buckets[bucket], s->highs[i] = s->buckets[bucket + 1];
  }
  for (int i = 0; i < f->n_features; i++) {
    s->codes[i] = rank_between(s, i, (float)row[i], s->lows[i], s->highs[i]) << s->slot_bits;
  }
  for (int t = 0; t < s->n_roots; t += LANES) {
    int32_t at[LANES], any;
    for (int i = 0; i < LANES; i++) at[i] = t + i;
    do {
#pragma GCC unroll 16
      for (int i = 0; i < LANES; i++) {
        struct node n = nodes[at[i]];
        at[i] = n.child + ((uint32_t)(n.word - codes[n.word & mask]) >> 31);
      }
      any = -1;
#pragma GCC unroll 16
      for (int i = 0; i < LANES; i++) {
        struct node n = nodes[at[i]];
        at[i] = n.child + ((uint32_t)(n.word - codes[n.word & mask]) >> 31);
        any &= nodes[at[i]].word;
      }
    } while (any >= 0);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) s->reached[t + i] = ~nodes[at[i]].word;
  }
  if (f->n_outputs <= MAX_DENSE) {
    for (int c = 0; c < f->n_outputs; c += 2) {
      int two = c + 1 < f->n_outputs;
      double first = f->base[c], second = two ? f->base[c + 1] : 0;
      for (int t = 0; t < f->n_trees; t++) {
        const double *leaf = s->leaf_values + (size_t)s->reached[t] * MAX_DENSE + c;
        first += leaf[0], second += leaf[1];
      }
      out[c] = first / f->divisor;
      if (two) out[c + 1] = second / f->divisor;
    }
    return;
  }
  for (int c = 0; c < f->n_outputs; c++) out[c] = f->base[c];
  for (int t = 0; t < f->n_trees; t++) {
    int leaf = s->reached[t];
    for (int i = s->leaf_start[leaf]; i < s->leaf_start[leaf + 1]; i++) out[s->leaf_outputs[i]] += s->leaf_values[i];
  }
  for (int c = 0; c < f->n_outputs; c++) out[c] /= f->divisor;
}

static void compile_ranks(struct state *s, struct forest *f) {
  int n = f->n_features;
  double **own = calloc(n, sizeof *own);
  int *count = calloc(n, sizeof *count);
  for (int i = 0; i < f->n_nodes; i++) if (f->left[i] >= 0) count[f->feature[i]]++;
  for (int i = 0; i < n; i++) own[i] = malloc(8 * (size_t)(count[i] + 1)), count[i] = 0;
  for (int i = 0; i < f->n_nodes; i++) if (f->left[i] >= 0) own[f->feature[i]][count[f->feature[i]]++] = f->threshold[i];
  s->start = calloc(n + 1, 4), s->bucket_start = calloc(n + 1, 4);
  s->minimum = calloc(n, 8), s->scale = calloc(n, 8);
  for (int i = 0; i < n; i++) {
    qsort(own[i], count[i], 8, compare_doubles);
    int distinct = 0;
    for (int k = 0; k < count[i]; k++) if (!k || own[i][k] != own[i][distinct - 1]) own[i][distinct++] = own[i][k];
    int n_buckets = (distinct + THRESHOLDS_PER_BUCKET - 1) / THRESHOLDS_PER_BUCKET;
    if (n_buckets < 1) n_buckets = 1;
    s->start[i + 1] = s->start[i] + distinct;
    s->bucket_start[i + 1] = s->bucket_start[i] + n_buckets + 1;
    if (distinct > 1) s->minimum[i] = own[i][0], s->scale[i] = n_buckets / (own[i][distinct - 1] - own[i][0]);
  }
  s->thresholds = malloc(8 * (size_t)(s->start[n] + 1));
  s->buckets = malloc(4 * (size_t)s->bucket_start[n]);
  for (int i = 0; i < n; i++) {
    int distinct = s->start[i + 1] - s->start[i], next = s->bucket_start[i];
    memcpy(s->thresholds + s->start[i], own[i], 8 * (size_t)distinct);
    for (int k = 0; k < distinct; k++) {
      while (next <= find_bucket(s, i, own[i][k])) s->buckets[next++] = s->start[i] + k;
    }
    while (next < s->bucket_start[i + 1]) s->buckets[next++] = s->start[i + 1];
    free(own[i]);
  }
  free(own), free(count);
}

/* Number of the stored leaf that equals this one, by open addressing. */
static int add_leaf(struct state *s, struct forest *f, int node, int32_t *table, uint32_t table_mask, int *n_leaves) {
  int from = f->pair_start[node], size = f->pair_start[node + 1] - from;
  uint32_t hash = 2166136261u;
  for (int i = from; i < from + size; i++) {
    uint64_t bits;
    memcpy(&bits, f->pair_value + i, 8);
    hash = (hash ^ f->pair_output[i]) * 16777619u;
    hash = (hash ^ (uint32_t)(bits >> 32) ^ (uint32_t)bits * 31) * 16777619u;
  }
  hash ^= hash >> 15;
  for (;; hash++) {
    int leaf = table[hash & table_mask];
    if (leaf < 0) break;
    int start = s->leaf_start[leaf];
    if (s->leaf_start[leaf + 1] - start == size && !memcmp(s->leaf_outputs + start, f->pair_output + from, 4 * size) &&
      !memcmp(s->leaf_values + start, f->pair_value + from, 8 * size)) return leaf;
  }
  int leaf = table[hash & table_mask] = (*n_leaves)++, start = s->leaf_start[leaf];
  memcpy(s->leaf_outputs + start, f->pair_output + from, 4 * size);
  memcpy(s->leaf_values + start, f->pair_value + from, 8 * size);
  s->leaf_start[leaf + 1] = start + size;
  return leaf;
}

static void compile_nodes(struct state *s, struct forest *f) {
  s->n_roots = (f->n_trees + LANES - 1) / LANES * LANES;
  while (1 << s->slot_bits < f->n_features) s->slot_bits++;
  s->mask = (1u << s->slot_bits) - 1;
  s->codes = calloc(s->mask + 1, 4), s->reached = calloc(s->n_roots, 4);
  s->lows = calloc(f->n_features, 4), s->highs = calloc(f->n_features, 4);
  s->nodes = malloc(sizeof(struct node) * (s->n_roots + (size_t)f->n_nodes));
  s->leaf_start = calloc(f->n_nodes + 2, 4);
  s->leaf_outputs = malloc(4 * (size_t)f->n_pairs + 4), s->leaf_values = malloc(8 * (size_t)f->n_pairs + 8);
  uint32_t table_size = 16;
  while (table_size < 2u * f->n_nodes) table_size *= 2;
  int32_t *table = malloc(4 * (size_t)table_size), *place = malloc(4 * (size_t)f->n_nodes), *pending = malloc(4 * (size_t)f->n_nodes);
  memset(table, -1, 4 * (size_t)table_size);
  int next = s->n_roots, n_leaves = 0;
  for (int t = f->n_trees; t < s->n_roots; t++) s->nodes[t] = (struct node){ ~0, t - 1 };
  for (int t = 0; t < f->n_trees; t++) {
    int first = f->tree_start[t], n_pending = 1;
    place[0] = t, pending[0] = 0;
    while (n_pending) {
      int node = pending[--n_pending], at = place[node], i = first + node;
      if (f->left[i] < 0) {
        s->nodes[at] = (struct node){ ~add_leaf(s, f, i, table, table_size - 1, &n_leaves), at - 1 };
        continue;
      }
      int position = rank_of(s, f->feature[i], f->threshold[i]);
      s->nodes[at] = (struct node){ position << s->slot_bits | f->feature[i], next };
      place[f->left[i]] = next, place[f->right[i]] = next + 1, next += 2;
      pending[n_pending++] = f->right[i], pending[n_pending++] = f->left[i];
    }
  }
  free(table), free(place), free(pending);
  if (f->n_outputs > MAX_DENSE) return;
  double *dense = calloc((size_t)n_leaves * MAX_DENSE, 8);
  for (int leaf = 0; leaf < n_leaves; leaf++) {
    for (int i = s->leaf_start[leaf]; i < s->leaf_start[leaf + 1]; i++) {
      dense[leaf * MAX_DENSE + s->leaf_outputs[i]] = s->leaf_values[i];
    }
  }
  free(s->leaf_values);
  s->leaf_values = dense;
}

int main(int argc, char **argv) {
  check_arguments(argc, argv);
  struct forest f = read_forest(argv[1]);
  struct state s = { .forest = &f };
  compile_ranks(&s, &f);
  compile_nodes(&s, &f);
  return run(argc, argv, &f, predict, &s);
}
