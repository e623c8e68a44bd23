using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A loaded version with a pool of predictors.</summary>
/// <remarks>
/// Each predictor holds one reference to the version. A prediction rents a predictor, which does not change the reference count of the version:
/// renting exchanges a flag of the predictor, and returning writes the flag. A rented predictor stays in its slot. Each thread has its own slot
/// unless there are more threads than slots. A predictor moves to the slot of the thread that rents it.
/// When the version is retired, its predictors are disposed by the retiring thread if they are idle, or else by the thread that returns them.
/// Retiring issues a process-wide memory barrier. Therefore either the retiring thread reads that a predictor was returned, or the returning
/// thread reads that the version was retired.
/// </remarks>
internal sealed class LoadedVersion<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput, TOutput> : LoadedVersion
    where TInput : class
    where TOutput : class
{
    // Slots are two cache lines apart to avoid false sharing; processors prefetch lines in pairs.
    private const int Spacing = 16;
    private readonly int _slots;
    private readonly PooledPredictor<TInput, TOutput>?[] _predictors;
    private readonly Func<PooledPredictor<TInput, TOutput>> _createPredictor;
    private readonly bool _ownsProcessor;
    private volatile bool _retired;

    /// <summary>Initializes a new instance of the <see cref="LoadedVersion{TInput, TOutput}"/> class.</summary>
    /// <param name="local">The version and its files.</param>
    /// <param name="model">The model. This object owns and disposes it.</param>
    /// <param name="tensors">The validator of named tensors.</param>
    /// <param name="countViolations">Counts input violations.</param>
    /// <param name="processor">The processor of the version; <see langword="null"/> for none.</param>
    /// <param name="ownsProcessor">Whether the version disposes the processor.</param>
    /// <param name="predictors">The minimum number of slots for predictors.</param>
    /// <param name="createPredictor">Creates a predictor with its buffers and validator.</param>
    /// <param name="reportDisposal">Receives exceptions that disposal throws.</param>
    /// <param name="observers">The observers of predictions from tensors; <see langword="null"/> for none.</param>
    public LoadedVersion(
        LocalVersion local,
        ILoadedModel model,
        Lazy<TensorValidator> tensors,
        Action<IReadOnlyList<InputViolation>> countViolations,
        IModelProcessor<TInput, TOutput>? processor,
        bool ownsProcessor,
        int predictors,
        Func<PooledPredictor<TInput, TOutput>> createPredictor,
        Action<Exception> reportDisposal,
        TensorObservers? observers)
        : base(local, model, tensors, countViolations, reportDisposal, observers)
    {
        Processor = processor;
        _ownsProcessor = ownsProcessor;
        _slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Math.Max(16, 4 * Environment.ProcessorCount), predictors));
        _predictors = new PooledPredictor<TInput, TOutput>?[_slots * Spacing];
        _createPredictor = createPredictor;
    }

    public IModelProcessor<TInput, TOutput>? Processor { get; }

    /// <summary>Rents a predictor for exclusive use by the caller.</summary>
    /// <returns>The predictor, or <see langword="null"/> if the version is already unloaded.</returns>
    public PooledPredictor<TInput, TOutput>? TryRent()
    {
        var home = Environment.CurrentManagedThreadId & (_slots - 1);
        return Volatile.Read(ref SlotOf(home)) is { } predictor && predictor.TryRent() ? predictor : RentElsewhere(home);
    }

    public void Return(PooledPredictor<TInput, TOutput> predictor)
    {
        if (predictor.Slot == PooledPredictor<TInput, TOutput>.NoSlot)
        {
            Destroy(predictor);
            return;
        }

        predictor.Return();
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
    private PooledPredictor<TInput, TOutput>? RentElsewhere(int home)
    {
        for (var offset = 1; offset < _slots; offset++)
        {
            if (Volatile.Read(ref SlotOf(home + offset)) is { } predictor && predictor.TryRent())
            {
                Move(predictor, home);
                return predictor;
            }
        }

        return TryCreate(home);
    }

    private PooledPredictor<TInput, TOutput>? TryCreate(int home)
    {
        if (!TryAcquire())
        {
            return null;
        }

        try
        {
            var predictor = _createPredictor();
            for (var offset = 0; offset < _slots && predictor.Slot == PooledPredictor<TInput, TOutput>.NoSlot; offset++)
            {
                Move(predictor, (home + offset) & (_slots - 1));
            }

            return predictor;
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Moves a rented predictor to a slot if the slot is free. Only the renting thread moves a predictor.</summary>
    private void Move(PooledPredictor<TInput, TOutput> predictor, int slot)
    {
        if (Volatile.Read(ref SlotOf(slot)) is null && Interlocked.CompareExchange(ref SlotOf(slot), predictor, null) is null)
        {
            if (predictor.Slot != PooledPredictor<TInput, TOutput>.NoSlot)
            {
                Volatile.Write(ref SlotOf(predictor.Slot), null);
            }

            predictor.Slot = slot;
        }
    }

    /// <summary>Rents all idle predictors and disposes them instead of returning them.</summary>
    private void DestroyIdle()
    {
        for (var slot = 0; slot < _slots; slot++)
        {
            if (Volatile.Read(ref SlotOf(slot)) is { } predictor && predictor.TryRent())
            {
                Destroy(predictor);
            }
        }
    }

    private ref PooledPredictor<TInput, TOutput>? SlotOf(int index) => ref _predictors[(index & (_slots - 1)) * Spacing];

    private void Destroy(PooledPredictor<TInput, TOutput> predictor)
    {
        Dispose(predictor);
        Release();
    }
}
