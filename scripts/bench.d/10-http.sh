# shellcheck shell=bash
# Throughput and latency: the server alone, then with a little and with more to compute.
wrk_title
wrk_row /healthz
wrk_row '/calc?n=1000'
wrk_row '/calc?n=1000000'
