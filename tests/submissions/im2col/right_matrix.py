# Another algorithm: im2col as a matrix B of zeros and ones, col2im as its transpose.

# %% im2col
def copy_matrix(H, W, kernel_size, stride, padding, dilation, dtype):
    """B: one row for each entry of a channel's columns, one column for each pixel."""
    K_h, K_w = pair(kernel_size)
    places = [(j, k) for j in range(output_size(H, K_h, padding, stride, dilation))
              for k in range(output_size(W, K_w, padding, stride, dilation))]
    rows = []
    for l in range(K_h):
        for m in range(K_w):
            for j, k in places:
                row = torch.zeros(H, W, dtype=dtype)
                at = j * stride + l * dilation - padding, k * stride + m * dilation - padding
                if 0 <= at[0] < H and 0 <= at[1] < W:
                    row[at] = 1
                rows.append(row.flatten())
    return torch.stack(rows), len(places)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    N, C, H, W = x.shape
    B, L = copy_matrix(H, W, kernel_size, stride, padding, dilation, x.dtype)
    return (x.reshape(N, C, H * W) @ B.T).reshape(N, -1, L)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    H, W = output_size
    B, _ = copy_matrix(H, W, kernel_size, stride, padding, dilation, columns.dtype)
    return (columns.reshape(len(columns), -1, len(B)) @ B).reshape(len(columns), -1, H, W)

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    # A loop over the taps, each of which sees the padded image shifted; no columns at all.
    (N, C, H, W), (F_out, _, K_h, K_w), (O_h, O_w) = x.shape, weight.shape, grad.shape[2:]
    z = x.new_zeros(N, C, H + 2 * padding, W + 2 * padding)
    z[:, :, padding:padding + H, padding:padding + W] = x
    grad_z, grad_weight = torch.zeros_like(z), torch.zeros_like(weight)
    for l in range(K_h):
        for m in range(K_w):
            at = (slice(None), slice(None),
                  slice(l * dilation, l * dilation + (O_h - 1) * stride + 1, stride),
                  slice(m * dilation, m * dilation + (O_w - 1) * stride + 1, stride))
            grad_weight[:, :, l, m] = torch.tensordot(grad, z[at], dims=([0, 2, 3], [0, 2, 3]))
            grad_z[at] += torch.tensordot(grad, weight[:, :, l, m], dims=([1], [0])).movedim(3, 1)
    return grad_z[:, :, padding:padding + H, padding:padding + W], grad_weight, grad.sum((0, 2, 3))
