namespace MlOps.Validation;

/// <summary>Counts the rows with an unseen category among the last 1,000 rows. Not thread-safe.</summary>
internal sealed class UnseenWindow(double maxRate)
{
    private const int Length = 1000;
    private readonly bool[] _rows = new bool[Length];
    private int _next;
    private int _count;

    /// <summary>Gets a value indicating whether the fraction of these rows does not exceed the maximum.</summary>
    public bool IsTolerable => _count <= maxRate * Length;

    public void Add(bool isUnseen)
    {
        _count += (isUnseen ? 1 : 0) - (_rows[_next] ? 1 : 0);
        _rows[_next] = isUnseen;
        _next = _next + 1 == Length ? 0 : _next + 1;
    }
}
