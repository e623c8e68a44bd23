using System.Diagnostics.CodeAnalysis;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A version in memory. It is unloaded exactly once: when it is retired and nothing uses it any more.</summary>
/// <param name="local">The version and its files.</param>
/// <param name="model">The model, which this disposes.</param>
/// <param name="tensors">The validator of named tensors.</param>
/// <param name="observe">Counts the violations that callers cause.</param>
/// <param name="reportDisposal">Receives the exceptions of disposals.</param>
internal class LoadedVersion(
    LocalVersion local,
    ILoadedModel model,
    Lazy<TensorValidator> tensors,
    Action<IReadOnlyList<InputViolation>> observe,
    Action<Exception> reportDisposal)
{
    private readonly TaskCompletionSource _unloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users = 1; // the version itself, until it is retired

    public LocalVersion Local => local;

    public ILoadedModel Model => model;

    public Lazy<TensorValidator> Tensors => tensors;

    /// <summary>Gets the violations that a caller should know of: those that no policy only observes.</summary>
    public static InputViolation[] ToWarnings(IReadOnlyList<InputViolation> violations) =>
        [.. violations.Where(static violation => violation.Policy != InputPolicy.Observe)];

    /// <summary>Predicts from named tensors.</summary>
    /// <exception cref="InvalidInputException">A value was refused.</exception>
    public Prediction<IReadOnlyDictionary<string, ModelTensor>> Predict(IReadOnlyDictionary<string, ModelTensor> inputs)
    {
        var validated = tensors.Value.Validate(inputs);
        if (validated.Violations.Count > 0)
        {
            observe(validated.Violations);
        }

        return validated.IsRejected
            ? throw new InvalidInputException(local.Model, validated.Violations)
            : new(model.Predict(validated.Input), local, Guid.NewGuid(), ToWarnings(validated.Violations));
    }

    /// <summary>Gets a task that ends when the version is unloaded, after it was retired.</summary>
    public Task Unloaded => _unloaded.Task;

    /// <summary>Keeps the version loaded until <see cref="Release"/>.</summary>
    /// <returns><see langword="false"/> if it is unloaded already.</returns>
    public bool TryAcquire()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            // Unloading may take a while, and the last user may be a request.
            _ = Task.Run(() =>
            {
                Unload();
                _unloaded.SetResult();
            });
        }
    }

    /// <summary>Lets the version be unloaded as soon as the last prediction by it has ended. Called once.</summary>
    public virtual void Retire() => Release();

    /// <summary>Disposes what the version is made of.</summary>
    protected virtual void Unload() => Dispose(Model);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failed disposal is reported. It does not fail the last user.")]
    protected void Dispose(IDisposable disposable)
    {
        try
        {
            disposable.Dispose();
        }
        catch (Exception exception)
        {
            reportDisposal(exception);
        }
    }
}
