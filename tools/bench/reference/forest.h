/* A forest as export.ts writes it, rows of doubles, and the timing that ranked.c and plain.c share. See README.md. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct forest {
  int32_t n_features, n_outputs, n_trees, n_nodes, n_pairs;
  double divisor;
  double *base, *threshold, *pair_value;
  int32_t *tree_start, *left, *right, *feature, *pair_start, *pair_output;
};

static void *read_bytes(FILE *file, size_t bytes) {
  void *data = malloc(bytes + 64);
  if (!data || fread(data, 1, bytes, file) != bytes) {
    fprintf(stderr, "file too short, or no memory for %zu bytes\n", bytes);
    exit(1);
  }
  return data;
}

static FILE *open_or_exit(const char *path, const char *mode) {
  FILE *file = fopen(path, mode);
  if (!file) {
    perror(path);
    exit(1);
  }
  return file;
}

static struct forest read_forest(const char *path) {
  FILE *file = open_or_exit(path, "rb");
  struct forest f;
  char *magic = read_bytes(file, 8);
  if (memcmp(magic, "FOREST01", 8)) {
    fprintf(stderr, "%s: not written by export.ts\n", path);
    exit(1);
  }
  int32_t *counts = read_bytes(file, 6 * 4);
  f.n_features = counts[0], f.n_outputs = counts[1], f.n_trees = counts[2], f.n_nodes = counts[3], f.n_pairs = counts[4];
  double *divisor = read_bytes(file, 8);
  f.divisor = *divisor;
  f.base = read_bytes(file, 8 * (size_t)f.n_outputs);
  f.threshold = read_bytes(file, 8 * (size_t)f.n_nodes);
  f.pair_value = read_bytes(file, 8 * (size_t)f.n_pairs);
  f.tree_start = read_bytes(file, 4 * (size_t)(f.n_trees + 1));
  f.left = read_bytes(file, 4 * (size_t)f.n_nodes);
  f.right = read_bytes(file, 4 * (size_t)f.n_nodes);
  f.feature = read_bytes(file, 4 * (size_t)f.n_nodes);
  f.pair_start = read_bytes(file, 4 * (size_t)(f.n_nodes + 1));
  f.pair_output = read_bytes(file, 4 * (size_t)f.n_pairs);
  free(magic), free(counts), free(divisor);
  fclose(file);
  return f;
}

static double *read_rows(const char *path, int n_features, int *n_rows) {
  FILE *file = open_or_exit(path, "rb");
  fseek(file, 0, SEEK_END);
  long bytes = ftell(file);
  rewind(file);
  *n_rows = (int)(bytes / 8 / n_features);
  double *rows = read_bytes(file, bytes);
  fclose(file);
  return rows;
}

typedef void predict_function(void *state, const double *row, double *out);

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Rows that are timed together: short enough that on a busy machine most such pieces run without an interruption. */
#define PIECE 250

/* Predicts all rows one by one, `repeat` times, prints the median over the pieces of the nanoseconds a row, and writes
   the outputs of all rows to OUT when there is one. */
static int run(int argc, char **argv, struct forest *f, predict_function *predict, void *state) {
  int n_rows, repeat = atoi(argv[3]);
  double *rows = read_rows(argv[2], f->n_features, &n_rows);
  double *out = malloc(8 * (size_t)n_rows * f->n_outputs);
  int n_times = 0;
  double *times = malloc(8 * (size_t)repeat * (n_rows / PIECE + 1));
  for (int i = 0; i < repeat; i++) {
    for (int first = 0; first < n_rows; first += PIECE) {
      int end_row = first + PIECE < n_rows ? first + PIECE : n_rows;
      struct timespec start, end;
      clock_gettime(CLOCK_MONOTONIC, &start);
      for (int r = first; r < end_row; r++) {
        predict(state, rows + (size_t)r * f->n_features, out + (size_t)r * f->n_outputs);
      }
      clock_gettime(CLOCK_MONOTONIC, &end);
      times[n_times++] = ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / (end_row - first);
    }
  }
  qsort(times, n_times, 8, compare_doubles);
  printf("%.1f\n", times[n_times / 2]);
  if (argc > 4) {
    FILE *file = open_or_exit(argv[4], "wb");
    fwrite(out, 8, (size_t)n_rows * f->n_outputs, file);
    fclose(file);
  }
  return 0;
}

static void check_arguments(int argc, char **argv) {
  if (argc >= 4 && atoi(argv[3]) > 0) return;
  fprintf(stderr, "usage: %s FOREST.bin ROWS.f64 REPEAT [OUT.f64]\n", argv[0]);
  exit(2);
}
