using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A loaded version with a reference count. It is unloaded once: after it is retired and its last user has released it.</summary>
/// <param name="local">The version and its files.</param>
/// <param name="model">The model. This object owns and disposes it.</param>
/// <param name="tensors">The validator of named tensors.</param>
/// <param name="countViolations">Counts input violations.</param>
/// <param name="reportDisposal">Receives exceptions that disposal throws.</param>
/// <param name="observers">The observers of predictions from tensors; <see langword="null"/> for none.</param>
internal class LoadedVersion(
    LocalVersion local,
    ILoadedModel model,
    Lazy<TensorValidator> tensors,
    Action<IReadOnlyList<InputViolation>> countViolations,
    Action<Exception> reportDisposal,
    TensorObservers? observers)
{
    private readonly TaskCompletionSource _unloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users = 1; // the version itself, until it is retired

    public LocalVersion Local => local;

    public ILoadedModel Model => model;

    public Lazy<TensorValidator> Tensors => tensors;

    /// <summary>Gets or sets the resources that the load measured; <see langword="null"/> if all are recorded or none are measured.</summary>
    public ResourceProfile? Measured { get; set; }

    /// <summary>Selects the violations to return to the caller: all whose policy is not <see cref="InputPolicy.Observe"/>.</summary>
    public static InputViolation[] ToWarnings(IReadOnlyList<InputViolation> violations) =>
        [.. violations.Where(static violation => violation.Policy != InputPolicy.Observe)];

    /// <summary>Predicts from named tensors.</summary>
    /// <exception cref="InvalidInputException">The input was rejected.</exception>
    public Prediction<IReadOnlyDictionary<string, ModelTensor>> Predict(IReadOnlyDictionary<string, ModelTensor> inputs)
    {
        var started = observers is null ? 0 : Stopwatch.GetTimestamp();
        var validated = tensors.Value.Validate(inputs);
        if (validated.Violations.Count > 0)
        {
            countViolations(validated.Violations);
        }

        var prediction = new Prediction<IReadOnlyDictionary<string, ModelTensor>>(
            validated.IsRejected ? null : model.Predict(validated.Input),
            local,
            Guid.NewGuid(),
            validated.IsRejected ? validated.Violations : ToWarnings(validated.Violations));
        observers?.Observe(inputs, in prediction, started);
        return prediction.IsRejected ? throw new InvalidInputException(local.Model, prediction.Violations) : prediction;
    }

    /// <summary>Gets a task that completes when the version is unloaded.</summary>
    public Task Unloaded => _unloaded.Task;

    /// <summary>Acquires a reference that keeps the version loaded until <see cref="Release"/>.</summary>
    /// <returns><see langword="false"/> if the version is already unloaded.</returns>
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
            // Do not delay the last user, which may be a request: unloading may be slow.
            _ = Task.Run(() =>
            {
                Unload();
                _unloaded.SetResult();
            });
        }
    }

    /// <summary>Schedules the unloading of the version after its last prediction. Called once.</summary>
    public virtual void Retire() => Release();

    /// <summary>Disposes the model and other resources of the version.</summary>
    protected virtual void Unload()
    {
        observers?.Dispose();
        Dispose(Model);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failed disposal is reported and must not fail the last user.")]
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
