# Pli: the two commands a newcomer needs are `make demo` and `make test`; both install what is missing first.
#
# One optimised build serves the programs, the tests and the demonstration: the dependencies take ten to fifteen
# minutes to build, so they are built once.
.PHONY: bench-age bench-intake bench-relay faults fuzz demo test build format lint clean prerequisites test-prerequisites

REPORTS ?= 10000
FUZZ_SECONDS ?= 600
SEEDS ?= 3000
FIRST ?= 1
RUNS ?= 0
EXPERIMENTS ?=
SOURCES := Package.swift Sources Tests

demo: build
	@bin/pli demo --reports $(REPORTS) $(DEMO_FLAGS)

test: test-prerequisites
	@scripts/build --wasm
	@scripts/test $(TEST_FLAGS)

faults: test-prerequisites build
	@scripts/faults $(SEEDS) $(FIRST) $(RUNS) "$(EXPERIMENTS)"

# With everything else: a build of one product alone would choose other parts of the dependencies, and build them anew.
bench-age: test-prerequisites
	@PLI_BENCHMARKS=1 scripts/build
	@python3 Benchmarks/age.py .build/release/age-benchmark $(BENCH_FLAGS)

bench-intake: test-prerequisites
	@PLI_BENCHMARKS=1 scripts/build
	@.build/tools/venv/bin/python Benchmarks/intake.py .build/release/intake-benchmark $(BENCH_FLAGS)

bench-relay: test-prerequisites
	@PLI_BENCHMARKS=1 scripts/build
	@python3 Benchmarks/relay.py .build/release/relay-benchmark .build/release/pli-relay $(BENCH_FLAGS)

fuzz: prerequisites
	@scripts/fuzz $(FUZZ_SECONDS)

build: prerequisites
	@scripts/build

format:
	swift format --in-place --recursive --parallel $(SOURCES)

lint:
	swift format lint --strict --recursive --parallel $(SOURCES)

prerequisites:
	@scripts/prerequisites build

test-prerequisites:
	@scripts/prerequisites test

clean:
	rm -rf .build bin
