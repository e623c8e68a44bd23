using System.Diagnostics.CodeAnalysis;
using MlOps.Storage;

namespace MlOps.Providers;

/// <summary>Verifies that the server of a store supports conditional writes, and reuses saved verdicts.</summary>
/// <remarks>
/// <para>An optional capability: <c>store.GetService&lt;IConditionProbe&gt;()</c> is <see langword="null"/> for a store that does not need a probe.
/// Thread-safe.</para>
/// <para>The store probes its server once, before its first conditional write. The next process probes a server that failed again, in case it was
/// repaired.</para>
/// </remarks>
/// <example>
/// <code>
/// if (store.GetService&lt;IConditionProbe&gt;() is { } probe)
/// {
///     await probe.VerifyAsync(cancellationToken);
/// }
/// </code>
/// </example>
[Experimental("MLOPS001")]
public interface IConditionProbe
{
    /// <summary>Gets the server and bucket to which a verdict applies. Verdicts for other targets are ignored.</summary>
    string Target { get; }

    /// <summary>Sets the functions that load and save verdicts. Call this method before the first conditional write.</summary>
    /// <param name="find">Returns the saved verdict for <see cref="Target"/>, or <see langword="null"/>. Must not throw <see cref="MlOpsException"/>.</param>
    /// <param name="save">Saves the verdict of a server that passed. Must not use a conditional write or throw <see cref="MlOpsException"/>.</param>
    void UseVerdicts(Func<CancellationToken, Task<string?>> find, Func<string, CancellationToken, Task> save);

    /// <summary>Verifies conditional writes, by a saved verdict or by test writes. Repeated calls send no request.</summary>
    /// <param name="cancellationToken">Stops waiting for the result.</param>
    /// <exception cref="ProviderException">The server does not support conditional writes, or failed.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not allow writing.</exception>
    Task VerifyAsync(CancellationToken cancellationToken = default);
}
