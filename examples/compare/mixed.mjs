// Waits 40 ms for an answer and then works about as long on it, as many programs do with pages and pictures.
import { sleep } from "heddle";

export async function loadAndParse() {
  await sleep(40);
  let sum = 0;
  for (let i = 0; i < 2_500_000; i++) sum = (sum + i * i) % 1_000_003;
  return sum;
}
