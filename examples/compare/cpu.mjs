// Counts primes: nothing but the processor is busy, and in one thread it stays with one job at a time.
export function countPrimes() {
  let count = 0;
  for (let n = 2; n < 400_000; n++) {
    let prime = true;
    for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
    if (prime) count++;
  }
  return count;
}
