using System.Diagnostics.CodeAnalysis;

namespace MlOps.Tests.Backends;

/// <summary>The requirements of tests on the machine.</summary>
public static class Requirement
{
    internal const string FailureReason = "MLOPS_TEST_BACKENDS is 'required', so this is a failure.";

    /// <summary>Gets a value indicating whether an absent server is a failure and not a reason to skip tests.</summary>
    internal static bool IsStrict => Environment.GetEnvironmentVariable("MLOPS_TEST_BACKENDS") switch
    {
        null or "" => false,
        "required" => true,
        var other =>
            throw new InvalidOperationException(
                $"The environment variable MLOPS_TEST_BACKENDS is '{other}'. Set it to 'required', or remove it to skip tests without a server."),
    };

    /// <summary>Skips the running test because something is missing, or fails it where nothing may be.</summary>
    /// <param name="reason">What is missing, and how to get it.</param>
    [DoesNotReturn]
    public static void IsMissing(string reason) => throw (IsStrict ? new AssertionException($"{reason} {FailureReason}") : new IgnoreException(reason));
}
