// What Percore serves, by Node's cluster: /healthz, and /calc?n= that counts in the process that
// took the request.
const cluster = require('node:cluster'), http = require('node:http');
const [port, workers] = process.argv.slice(2).map(Number);
if (cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork();
  process.on('SIGTERM', () => {
    for (const id in cluster.workers) cluster.workers[id].kill();
    process.exit(0);
  });
} else {
  http.createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname === '/healthz') return response.end('ok\n');
    let sum = 0;
    for (let left = Number(url.searchParams.get('n')); left > 0; left--) sum++;
    response.end(String(sum));
  }).listen(port, '127.0.0.1');
}
