/* The slope of the cost, found three ways: nudging up, nudging both ways, and backpropagation. */
#include <inkling/inkling.h>

#include <stdio.h>

int main(void)
{
    static const float x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    static const float t[4][2] = {{1, 0}, {0, 1}, {0, 1}, {1, 0}}; /* exclusive or */
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new("2 dense 3 sigmoid dense 2 sigmoid", &err);
    ink_workspace *ws = network ? ink_workspace_new(network, 4, true, NULL, &err) : NULL;
    float up[32], both[32], back[32];
    if (!ws) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    ink_network_init(network, INK_INIT_SQRT, 1);
    ink_network_gradient_finite(network, ws, &x[0][0], &t[0][0], 4, INK_COST_SQUARED, 0, false,
                                1e-3f, up);
    ink_network_gradient_finite(network, ws, &x[0][0], &t[0][0], 4, INK_COST_SQUARED, 0, true,
                                1e-2f, both);
    ink_network_gradient(network, ws, &x[0][0], &t[0][0], 4, INK_COST_SQUARED, 0, back);
    printf("parameter   nudged up  nudged both ways  backpropagation\n");
    for (size_t i = 0; i < ink_network_parameter_count(network); i++)
        printf("%9zu  %10.6f  %16.6f  %15.6f\n", i, (double)up[i], (double)both[i],
               (double)back[i]);
    ink_workspace_free(ws);
    ink_network_free(network);
    return 0;
}
