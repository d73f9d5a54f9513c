# Other ways to the same: padding by cat, window by window, grad_x as a convolution of grad.

# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    N, C, H, W = x.shape
    if padding:
        beside = torch.zeros(N, C, H, padding, dtype=x.dtype)
        z = torch.cat([beside, x, beside], dim=3)
        above = torch.zeros(N, C, padding, W + 2 * padding, dtype=x.dtype)
        return im2col(torch.cat([above, z, above], dim=2), kernel_size, stride, 0, dilation)
    K_h, K_w = pair(kernel_size)
    bottom, right = H - dilation * (K_h - 1), W - dilation * (K_w - 1)
    return torch.stack(
        [x[:, :, i:i + dilation * (K_h - 1) + 1:dilation,
           j:j + dilation * (K_w - 1) + 1:dilation].reshape(N, -1)
         for i in range(0, bottom, stride) for j in range(0, right, stride)], dim=-1)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    # Window by window, as im2col reads them.
    (H, W), (K_h, K_w) = output_size, pair(kernel_size)
    z = columns.new_zeros(len(columns), columns.shape[1] // (K_h * K_w),
                          H + 2 * padding, W + 2 * padding)
    reach_h, reach_w = dilation * (K_h - 1) + 1, dilation * (K_w - 1) + 1
    window = 0
    for i in range(0, z.shape[2] - reach_h + 1, stride):
        for j in range(0, z.shape[3] - reach_w + 1, stride):
            values = columns[:, :, window].reshape(*z.shape[:2], K_h, K_w)
            z[:, :, i:i + reach_h:dilation, j:j + reach_w:dilation] += values
            window += 1
    return z[:, :, padding:z.shape[2] - padding, padding:z.shape[3] - padding]

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    # grad_x: the flipped kernel over the gradient with zeros between its entries.
    (H, W), (K_h, K_w) = x.shape[2:], weight.shape[2:]
    reach_h, reach_w = dilation * (K_h - 1), dilation * (K_w - 1)
    spread = grad.new_zeros(*grad.shape[:2], H + 2 * padding + reach_h, W + 2 * padding + reach_w)
    spread[:, :, reach_h:, reach_w:][:, :, ::stride, ::stride][
        :, :, :grad.shape[2], :grad.shape[3]] = grad
    turned = weight.flip(2, 3).transpose(0, 1)
    grad_z = conv2d_im2col(spread, turned, dilation=dilation)
    grad_x = grad_z[:, :, padding:padding + H, padding:padding + W]
    X = im2col(x, (K_h, K_w), stride, padding, dilation)
    grad_weight = torch.bmm(grad.flatten(2), X.transpose(1, 2)).sum(0).reshape(weight.shape)
    return grad_x, grad_weight, grad.flatten(2).sum(2).sum(0)
