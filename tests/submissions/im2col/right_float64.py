# Sums in float64, rounded to the input's dtype at the end.

# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    (K_h, K_w), (N, C, H, W) = pair(kernel_size), x.shape
    O_h = output_size(H, K_h, padding, stride, dilation)
    O_w = output_size(W, K_w, padding, stride, dilation)
    z = torch.zeros(N, C, H + 2 * padding, W + 2 * padding, dtype=torch.float64)
    z[:, :, padding:padding + H, padding:padding + W] = x
    rows = []
    for c in range(C):
        for l in range(K_h):
            for m in range(K_w):
                seen = z[:, c, l * dilation::stride, m * dilation::stride]
                rows.append(seen[:, :O_h, :O_w].reshape(N, -1))
    return torch.stack(rows, dim=1).to(x.dtype)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    (H, W), (K_h, K_w), P = output_size, pair(kernel_size), padding
    O_h, O_w = (count_places(i, k, P, stride, dilation) for i, k in ((H, K_h), (W, K_w)))
    taps = columns.double().reshape(len(columns), -1, K_h * K_w, O_h, O_w)
    z = torch.zeros(*taps.shape[:2], H + 2 * P, W + 2 * P, dtype=torch.float64)
    for t in range(K_h * K_w):
        l, m = t // K_w * dilation, t % K_w * dilation
        for j in range(O_h):
            row = j * stride + l
            z[:, :, row, m:m + stride * (O_w - 1) + 1:stride] += taps[:, :, t, j]
    return z[:, :, P:P + H, P:P + W].to(columns.dtype)

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    kernel = tuple(weight.shape[2:])
    columns = im2col(x.double(), kernel, stride, padding, dilation)
    out = weight.double().flatten(1) @ columns
    if bias is not None:
        out += bias.double()[None, :, None]
    O_h = output_size(x.shape[2], kernel[0], padding, stride, dilation)
    return out.reshape(len(x), len(weight), O_h, -1).to(x.dtype)

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    kernel, dtype = tuple(weight.shape[2:]), x.dtype
    G, W = grad.double().flatten(2), weight.double().flatten(1)
    X = im2col(x.double(), kernel, stride, padding, dilation)
    grad_weight = sum(g @ columns.T for g, columns in zip(G, X)).reshape(weight.shape)
    grad_x = col2im(W.T @ G, tuple(x.shape[2:]), kernel, stride, padding, dilation)
    return grad_x.to(dtype), grad_weight.to(dtype), G.sum((0, 2)).to(dtype)
