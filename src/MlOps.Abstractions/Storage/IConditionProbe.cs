namespace MlOps.Storage;

/// <summary>Proves that the server of a store honors conditional writes, and reuses the verdict of an earlier proof.</summary>
/// <remarks>
/// <para>An optional capability: <c>store.GetService&lt;IConditionProbe&gt;()</c> is <see langword="null"/> for a store whose conditional writes need no proof. Thread-safe.</para>
/// <para>Such a store proves its server once, before its first conditional write. A server that fails is probed again by the next process, so that a repaired server works.</para>
/// </remarks>
public interface IConditionProbe
{
    /// <summary>Gets the server and the bucket for which a verdict holds. A verdict for another target proves nothing.</summary>
    string Target { get; }

    /// <summary>Keeps verdicts between processes. Call it before the first conditional write.</summary>
    /// <param name="find">Finds the verdict that was saved for <see cref="Target"/>, or <see langword="null"/>. Must not throw an <see cref="MlOpsException"/>.</param>
    /// <param name="save">Saves the verdict of a server that passed. Must not write on a condition, and must not throw an <see cref="MlOpsException"/>.</param>
    void UseVerdicts(Func<CancellationToken, Task<string?>> find, Func<string, CancellationToken, Task> save);

    /// <summary>Proves conditional writes, by a saved verdict or else by trying them. Repeated calls make no request.</summary>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="ProviderException">The server does not honor conditions, or failed.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not allow writing.</exception>
    Task ProveAsync(CancellationToken cancellationToken = default);
}
