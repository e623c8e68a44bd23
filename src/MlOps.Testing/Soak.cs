namespace MlOps.Testing;

/// <summary>Selects the number of repetitions of tests of the category <c>Soak</c>.</summary>
/// <remarks>
/// Soak tests repeat an operation thousands of times, which takes long. By default they use a reduced number of repetitions. They use the full number if the
/// environment variable <c>MLOPS_TEST_SOAK</c> is <c>full</c>.
/// </remarks>
public static class Soak
{
    private const string Variable = "MLOPS_TEST_SOAK";

    /// <summary>Selects a count.</summary>
    /// <param name="reduced">The default count.</param>
    /// <param name="full">The count if <c>MLOPS_TEST_SOAK</c> is <c>full</c>.</param>
    /// <returns>The selected count.</returns>
    /// <exception cref="InvalidOperationException">The environment variable has another value.</exception>
    public static int Count(int reduced, int full) => Count(reduced, full, Environment.GetEnvironmentVariable(Variable));

    internal static int Count(int reduced, int full, string? setting) => setting switch
    {
        null or "" => reduced,
        "full" => full,
        _ => throw new InvalidOperationException(
            $"The environment variable {Variable} is '{setting}'. Set it to 'full', or remove it to use the reduced counts."),
    };
}
