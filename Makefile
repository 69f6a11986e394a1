# The same steps as ./run and ./test, for those who have make.
.PHONY: install run test check bench lock clean

install:
	. ./.ci/prepare.sh && install_locked requirements-dev.lock && compile_catalogues

run:
	./run

test:
	./test -n 2 -q

check:
	./test

bench: install
	.venv/bin/python -m hotline bench

lock: install
	.venv/bin/python -m pip install --quiet pip-tools
	.venv/bin/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --strip-extras --allow-unsafe --no-header -o requirements.lock pyproject.toml
	.venv/bin/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --strip-extras --allow-unsafe --no-header --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	for lock in requirements.lock requirements-dev.lock; do cat .ci/older-python.lock >> $$lock; done

clean:
	rm -rf build htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
