"""`tensorflow`: what had a name of its own for batches of matrices, before 0.12."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.arguments import named
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow")

TABLE.names(
    {
        "batch_matrix_diag": "tf.matrix_diag",
        "batch_matrix_diag_part": "tf.matrix_diag_part",
        "batch_matrix_band_part": "tf.matrix_band_part",
        "batch_band_part": "tf.matrix_band_part",
        "batch_matrix_set_diag": "tf.matrix_set_diag",
        "batch_set_diag": "tf.matrix_set_diag",
        "batch_matrix_transpose": "tf.matrix_transpose",
        "batch_matrix_determinant": "tf.matrix_determinant",
        "batch_matrix_inverse": "tf.matrix_inverse",
        "batch_cholesky": "tf.cholesky",
        "batch_cholesky_solve": "tf.cholesky_solve",
        "batch_matrix_solve": "tf.matrix_solve",
        "batch_matrix_triangular_solve": "tf.matrix_triangular_solve",
        "batch_matrix_solve_ls": "tf.matrix_solve_ls",
        "batch_self_adjoint_eig": "tf.self_adjoint_eig",
        "batch_self_adjoint_eigvals": "tf.self_adjoint_eigvals",
        "batch_svd": "tf.svd",
        "batch_fft": "tf.fft",
        "batch_ifft": "tf.ifft",
        "batch_fft2d": "tf.fft2d",
        "batch_ifft2d": "tf.ifft2d",
        "batch_fft3d": "tf.fft3d",
        "batch_ifft3d": "tf.ifft3d",
        # What the official upgrade tool renames these to was never there.
        "band_part": "tf.matrix_band_part",
        "set_diag": "tf.matrix_set_diag",
    },
    until="0.11",
)
TABLE.names(
    {"svd": "tf.svd"}, note="(tensor, full_matrices, compute_uv), as from 0.12 on, in this order"
)


@TABLE.serves(until="0.12")
def batch_matmul(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`batch_matmul(x, y, adj_x, adj_y)`: `matmul`, which takes batches since."""
    names = ("a", "b", "adjoint_a", "adjoint_b", "name")
    renamed = {"x": "a", "y": "b", "adj_x": "adjoint_a", "adj_y": "adjoint_b"}
    given = named("batch_matmul", names, arguments, keywords, renamed)
    return tf.matmul(**{"name": "BatchMatMul", **given})
