// What Percore serves, by Node's cluster: /healthz, and /calc?n= that counts in the process that
// took the request. The primary tells how long each worker took until it listened.
const cluster = require('node:cluster'), http = require('node:http');
const [port, workers] = process.argv.slice(2).map(Number);

function count(n) {
  const began = process.hrtime.bigint();
  let sum = 0;
  for (let left = n; left > 0; left--) sum++;
  return {
    function: 'count', arguments: { n }, result: sum,
    worker: { slot: cluster.worker.id - 1, pid: process.pid, thread: 'main', thread_id: 0 },
    queued_us: 0, computed_us: Number((process.hrtime.bigint() - began) / 1000n),
    cpu_us: 0, allocated_bytes: 0,
  };
}

function answer(response, type, body) {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

if (cluster.isPrimary) {
  for (let i = 0; i < workers; i++) {
    const forked = performance.now();
    cluster.fork().on('listening', () =>
      console.log(`worker ready after ${(performance.now() - forked).toFixed(1)} ms`));
  }
  process.on('SIGTERM', () => {
    for (const id in cluster.workers) cluster.workers[id].kill();
    process.exit(0);
  });
} else {
  const server = http.createServer((request, response) => {
    if (request.url === '/healthz') return answer(response, 'text/plain; charset=utf-8', 'ok');
    const n = Number(new URLSearchParams(request.url.slice(request.url.indexOf('?'))).get('n'));
    answer(response, 'application/json', JSON.stringify(count(n)));
  });
  server.keepAliveTimeout = 120_000;
  server.listen({ port, host: '127.0.0.1', backlog: 1024 });
}
