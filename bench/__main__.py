"""`python -m bench` runs every benchmark, `python -m bench NAME ...` those named."""

import importlib
import pkgutil
import sys

import bench


def main(wanted: list[str]) -> int:
    """Run the benchmarks and return the exit code: 2 when one that was named does not exist."""
    names = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    unknown = [name for name in wanted if name not in names]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}: choose from {', '.join(names)}.", file=sys.stderr)
        return 2
    for name in wanted or names:
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
