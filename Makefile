# The two commands of the README; everything else is CMake (docs/development.md).
BUILD := build/release

.PHONY: run test build dependencies clean

run: build
	$(BUILD)/bin/hnn-run examples/evoked.yaml -o results/evoked --overwrite

test: build
	tests/run.sh $(BUILD)

build: dependencies
	cmake --preset release
	cmake --build --preset release

# Installs the Debian packages that are missing, and only those.
dependencies:
	@packaging/dependencies.sh

clean:
	rm -rf build
