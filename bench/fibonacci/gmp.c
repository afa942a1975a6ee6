/*
 * The yardstick: F(n) by mpz_fib_ui and its decimal digits by mpz_get_str.
 * Reads requests from standard input, a line each:
 *   time N    answers the milliseconds both calls took together
 *   digits N  answers the digits
 */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

int main(void) {
  char request[16];
  unsigned long n;
  while (scanf("%15s %lu", request, &n) == 2) {
    double start = milliseconds();
    mpz_t value;
    mpz_init(value);
    mpz_fib_ui(value, n);
    char *digits = mpz_get_str(NULL, 10, value);
    double elapsed = milliseconds() - start;
    if (strcmp(request, "digits") == 0) {
      puts(digits);
    } else {
      printf("%.6f\n", elapsed);
    }
    fflush(stdout);
    free(digits);
    mpz_clear(value);
  }
  return 0;
}
