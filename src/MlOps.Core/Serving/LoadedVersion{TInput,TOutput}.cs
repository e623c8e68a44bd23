using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A version in memory with its predictors.</summary>
/// <remarks>
/// The users of the version are its predictors, not the predictions. Therefore renting and returning touch no shared counter. A predictor stays in
/// its slot while it is rented: renting is one exchange of a
/// flag of the predictor, and returning is one write. The slot belongs to a thread unless there are more threads than slots; a predictor moves to the
/// slot of the thread that rents it.
/// A returned predictor of a retired version is disposed by the thread that retires the version or by the one that returns it: retiring is a memory
/// barrier for all threads, so either the retiring thread sees
/// that the predictor is returned, or the returning thread sees that the version is retired.
/// </remarks>
internal sealed class LoadedVersion<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput, TOutput> : LoadedVersion
    where TInput : class
    where TOutput : class
{
    // Slots are two cache lines apart, so that threads do not disturb one another; processors fetch lines in pairs.
    private const int Spacing = 16;
    private readonly int _slots;
    private readonly PredictorLease<TInput, TOutput>?[] _predictors;
    private readonly Func<PredictorLease<TInput, TOutput>> _createLease;
    private readonly bool _ownsProcessor;
    private volatile bool _retired;

    /// <inheritdoc cref="LoadedVersion(LocalVersion, ILoadedModel, Lazy{TensorValidator}, Action{IReadOnlyList{InputViolation}}, Action{Exception})"/>
    /// <param name="local">The version and its files.</param>
    /// <param name="model">The model, which this disposes.</param>
    /// <param name="tensors">The validator of named tensors.</param>
    /// <param name="observe">Counts the violations that callers cause.</param>
    /// <param name="processor">The processor of the version; <see langword="null"/> for none.</param>
    /// <param name="ownsProcessor">Whether the processor is disposed with the version.</param>
    /// <param name="predictors">The least number of predictors to keep.</param>
    /// <param name="createLease">Creates a predictor with what belongs to it.</param>
    /// <param name="reportDisposal">Receives the exceptions of disposals.</param>
    public LoadedVersion(
        LocalVersion local,
        ILoadedModel model,
        Lazy<TensorValidator> tensors,
        Action<IReadOnlyList<InputViolation>> observe,
        IModelProcessor<TInput, TOutput>? processor,
        bool ownsProcessor,
        int predictors,
        Func<PredictorLease<TInput, TOutput>> createLease,
        Action<Exception> reportDisposal)
        : base(local, model, tensors, observe, reportDisposal)
    {
        Processor = processor;
        _ownsProcessor = ownsProcessor;
        _slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Math.Max(16, 4 * Environment.ProcessorCount), predictors));
        _predictors = new PredictorLease<TInput, TOutput>?[_slots * Spacing];
        _createLease = createLease;
    }

    public IModelProcessor<TInput, TOutput>? Processor { get; }

    /// <summary>Takes a predictor that no other thread uses.</summary>
    /// <returns><see langword="null"/> if the version is unloaded already.</returns>
    public PredictorLease<TInput, TOutput>? TryRent()
    {
        var home = Environment.CurrentManagedThreadId & (_slots - 1);
        return Volatile.Read(ref SlotOf(home)) is { } lease && lease.TryRent() ? lease : RentElsewhere(home);
    }

    public void Return(PredictorLease<TInput, TOutput> lease)
    {
        if (lease.Slot == PredictorLease<TInput, TOutput>.NoSlot)
        {
            Destroy(lease);
            return;
        }

        lease.Return();
        if (_retired)
        {
            DestroyIdle();
        }
    }

    public override void Retire()
    {
        _retired = true;
        Interlocked.MemoryBarrierProcessWide();
        DestroyIdle();
        base.Retire();
    }

    protected override void Unload()
    {
        if (_ownsProcessor && Processor is IDisposable disposable)
        {
            Dispose(disposable);
        }

        base.Unload();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PredictorLease<TInput, TOutput>? RentElsewhere(int home)
    {
        for (var offset = 1; offset < _slots; offset++)
        {
            if (Volatile.Read(ref SlotOf(home + offset)) is { } lease && lease.TryRent())
            {
                Move(lease, home);
                return lease;
            }
        }

        return TryCreate(home);
    }

    private PredictorLease<TInput, TOutput>? TryCreate(int home)
    {
        if (!TryAcquire())
        {
            return null;
        }

        try
        {
            var lease = _createLease();
            for (var offset = 0; offset < _slots && lease.Slot == PredictorLease<TInput, TOutput>.NoSlot; offset++)
            {
                Move(lease, (home + offset) & (_slots - 1));
            }

            return lease;
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Moves a rented predictor to a slot if that is free. Only the thread that rents a predictor moves it.</summary>
    private void Move(PredictorLease<TInput, TOutput> lease, int slot)
    {
        if (Volatile.Read(ref SlotOf(slot)) is null && Interlocked.CompareExchange(ref SlotOf(slot), lease, null) is null)
        {
            if (lease.Slot != PredictorLease<TInput, TOutput>.NoSlot)
            {
                Volatile.Write(ref SlotOf(lease.Slot), null);
            }

            lease.Slot = slot;
        }
    }

    /// <summary>Rents the predictors that are not rented, for ever, and disposes them.</summary>
    private void DestroyIdle()
    {
        for (var slot = 0; slot < _slots; slot++)
        {
            if (Volatile.Read(ref SlotOf(slot)) is { } lease && lease.TryRent())
            {
                Destroy(lease);
            }
        }
    }

    private ref PredictorLease<TInput, TOutput>? SlotOf(int index) => ref _predictors[(index & (_slots - 1)) * Spacing];

    private void Destroy(PredictorLease<TInput, TOutput> lease)
    {
        Dispose(lease);
        Release();
    }
}
