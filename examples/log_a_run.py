"""Log a run: curves, images and text of a tiny linear regression, in NumPy alone.

python examples/log_a_run.py            # then: glassboard --logdir runs
"""

from __future__ import annotations

import numpy as np

from glassboard import SummaryWriter


def main() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(256, 3))
    targets = inputs @ np.array([1.0, -2.0, 0.5]) + 0.1 * rng.normal(size=256)
    weights = np.zeros(3)
    with SummaryWriter("runs/regression") as writer:
        writer.add_text(
            "notes", "Gradient descent on **256** points; the weights should end near 1, -2 and 0.5."
        )
        for step in range(200):
            errors = inputs @ weights - targets
            weights -= 0.02 * (inputs.T @ errors) / len(inputs)
            writer.add_scalar("loss/train", float(np.mean(errors**2)), step)
            if step % 20 == 0:
                writer.add_histogram("errors", errors, step)
                fit = np.abs(np.outer(weights, np.ones(8)))[None] / 2
                writer.add_image("weights", fit, step)
    print("Logged 200 steps to runs/regression; see them with: glassboard --logdir runs")


if __name__ == "__main__":
    main()
