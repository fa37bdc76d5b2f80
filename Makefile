.DEFAULT_GOAL := help
.PHONY: help demo test check record kill bench

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## run the main job against the sandbox and leave the Web UI up
	go run ./starter demo

test: ## run the tests
	go test ./...

check: ## run what CI runs
	./.ci/run

record: ## record the workflow histories that replay tests use
	TRADEWIND_RECORD=1 go test ./internal/app ./workflows/inboundtest -count=1 -run "TestEvery(Invoice|Master)?HistoryReplays|TestEveryReceivedGroup|TestAProfileIsEntered|TestOrdersWait|TestAnOverdueOrder|TestARejectedOrder"

kill: ## run the long kill test: 20 kills in 200 orders
	TRADEWIND_KILLS=20 TRADEWIND_KILL_ORDERS=200 go test ./internal/app ./workflows/inboundtest -count=1 -v -timeout 20m -run TestKilledWorkers

bench: ## run the benchmarks of the X12 layer
	go test ./edi/... -run '^$$' -bench . -benchmem
