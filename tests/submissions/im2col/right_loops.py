# One loop for each index, as in the formula; no helper, no slice.

# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    N, C, H, W = x.shape
    M, K = kernel_size
    O_h = (H + 2 * padding - (dilation * (M - 1) + 1)) // stride + 1
    O_w = (W + 2 * padding - (dilation * (K - 1) + 1)) // stride + 1
    columns = torch.zeros(N, C * M * K, O_h * O_w, dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for l in range(M):
                for m in range(K):
                    for j in range(O_h):
                        for k in range(O_w):
                            row = j * stride + l * dilation - padding
                            column = k * stride + m * dilation - padding
                            if 0 <= row < H and 0 <= column < W:
                                columns[n, (c * M + l) * K + m, j * O_w + k] = x[n, c, row, column]
    return columns

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    H, W = output_size
    M, K = kernel_size
    N, rows, places = columns.shape
    O_w = (W + 2 * padding - (dilation * (K - 1) + 1)) // stride + 1
    image = torch.zeros(N, rows // (M * K), H, W, dtype=columns.dtype)
    for n in range(N):
        for r in range(rows):
            c, tap = divmod(r, M * K)
            l, m = divmod(tap, K)
            for p in range(places):
                j, k = divmod(p, O_w)
                row = j * stride + l * dilation - padding
                column = k * stride + m * dilation - padding
                if 0 <= row < H and 0 <= column < W:
                    image[n, c, row, column] += columns[n, r, p]
    return image

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    N, F_out = x.shape[0], weight.shape[0]
    O_h, O_w = [output_size(x.shape[i], weight.shape[i], padding, stride, dilation) for i in (2, 3)]
    out = torch.zeros(N, F_out, O_h, O_w, dtype=x.dtype)
    W = weight.reshape(F_out, -1)
    for n in range(N):
        columns = im2col(x[n:n + 1], tuple(weight.shape[2:]), stride, padding, dilation)[0]
        for f in range(F_out):
            for p in range(O_h * O_w):
                total = (W[f] * columns[:, p]).sum()
                if bias is not None:
                    total = total + bias[f]
                out[n, f, p // O_w, p % O_w] = total
    return out

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    size = tuple(weight.shape[2:])
    grad_weight = torch.zeros_like(weight)
    grad_bias = torch.zeros(len(weight), dtype=weight.dtype)
    images = []
    for n in range(len(x)):
        G = grad[n].reshape(len(weight), -1)
        X = im2col(x[n:n + 1], size, stride, padding, dilation)[0]
        grad_weight += torch.mm(G, X.t()).view_as(grad_weight)
        for f in range(len(weight)):
            grad_bias[f] += G[f].sum()
        dX = torch.mm(weight.reshape(len(weight), -1).t(), G)
        images.append(col2im(dX[None], tuple(x.shape[2:]), size, stride, padding, dilation))
    return torch.cat(images), grad_weight, grad_bias
