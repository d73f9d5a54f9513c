# The same through the shell: nohup, setsid, disown.
# honest: 1
# stock: no (it would outlive the run, which is the point)
# %% answer
get_ipython().system("nohup setsid sh -c 'trap \"\" TERM HUP INT; sleep 30' >/dev/null 2>&1 &")


def double(x):
    return 2 * x
