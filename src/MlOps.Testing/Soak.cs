namespace MlOps.Testing;

/// <summary>Chooses how much a test of the category <c>Soak</c> does.</summary>
/// <remarks>
/// A soak test repeats something thousands of times, which takes long and seldom finds more than some hundred times. It does less by default, and
/// everything when the environment variable <c>MLOPS_TEST_SOAK</c> is <c>full</c>.
/// </remarks>
public static class Soak
{
    private const string Variable = "MLOPS_TEST_SOAK";

    /// <summary>Chooses a count.</summary>
    /// <param name="reduced">The count by default.</param>
    /// <param name="full">The count when <c>MLOPS_TEST_SOAK</c> is <c>full</c>.</param>
    /// <returns>One of the counts.</returns>
    /// <exception cref="InvalidOperationException">The environment variable has another value.</exception>
    public static int Count(int reduced, int full) => Count(reduced, full, Environment.GetEnvironmentVariable(Variable));

    internal static int Count(int reduced, int full, string? setting) => setting switch
    {
        null or "" => reduced,
        "full" => full,
        _ => throw new InvalidOperationException($"The environment variable {Variable} is '{setting}'. Set it to 'full', or remove it for the reduced counts."),
    };
}
