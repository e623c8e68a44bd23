using System.Diagnostics.CodeAnalysis;

namespace MlOps.Tests.Backends;

/// <summary>What tests need of the machine they run on.</summary>
public static class Requirement
{
    /// <summary>Skips the running test because something is missing, or fails it where nothing may be.</summary>
    /// <param name="reason">What is missing, and how to get it.</param>
    [DoesNotReturn]
    public static void IsMissing(string reason) => throw (Environment.GetEnvironmentVariable("MLOPS_TEST_BACKENDS") == "required"
        ? new AssertionException($"{reason} MLOPS_TEST_BACKENDS is 'required', so this is a failure.")
        : new IgnoreException(reason));
}
